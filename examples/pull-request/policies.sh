#!/usr/bin/env bash
# Judges stacks by the policy pack, looks for data that would be lost, and writes reports.
# usage: policies.sh <folder of the reports> <stack>...
set -uo pipefail
read -ra cli <<<"${DURABLE_POSTGRES:-npx durable-postgres}"
reports=$1
shift
mkdir -p "$reports"
status=0
for stack in "$@"; do
  # Without a login to a backend the state is a new one on this machine, and every resource is created.
  if [ "${POLICIES_STATE:-new}" = new ]; then
    "${cli[@]}" pulumi stack select --create "$stack" || status=1
  fi
  "${cli[@]}" policy report --stack "$stack" \
    --markdown "$reports/$stack.md" --junit "$reports/$stack.xml" --sarif "$reports/$stack.sarif" || status=1
  "${cli[@]}" guard --stack "$stack" || status=1
done
exit "$status"
