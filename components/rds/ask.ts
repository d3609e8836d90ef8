/** What becomes of a question to AWS: an answer in time, or a fault with what to do about it. */

import { Fault } from "../faults";

/** Why there was no answer. */
type ApiFaultKind = "credentials" | "denied" | "throttled" | "missing" | "unreachable" | "other";

/** AWS gave no answer. */
export class ApiFault extends Fault {
  constructor(
    readonly kind: ApiFaultKind,
    fact: string,
    hint: string,
  ) {
    super(fact, hint);
  }
}

/** Who is asked about what. */
export interface Question {
  service: "RDS" | "Secrets Manager";
  region: string;
  /** Name or ARN. */
  subject: string;
  /** What the caller's policy has to allow. */
  actions: readonly string[];
}

/** Names of errors, of the service and of the SDK. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html */
const KINDS: readonly (readonly [RegExp, ApiFaultKind])[] = [
  [/^(CredentialsProviderError|TokenProviderError)/, "credentials"],
  [
    /^(ExpiredToken|InvalidClientTokenId|InvalidToken|SignatureDoesNotMatch|UnrecognizedClient|InvalidSignature|MissingAuthenticationToken)/,
    "credentials",
  ],
  [/^(AccessDenied|UnauthorizedOperation|NotAuthorized)/, "denied"],
  [/^(Throttl|RequestLimitExceeded|TooManyRequests)/, "throttled"],
  [/NotFound/, "missing"],
  [/^TimeoutError$/, "unreachable"],
];

/** Codes of the system's errors. */
const NETWORK =
  /^(E(CONNREFUSED|CONNRESET|HOSTUNREACH|NETUNREACH|NETDOWN|PIPE|TIMEDOUT)|ENOTFOUND|EAI_AGAIN)$/;

function kindOf({ name, code }: Error & { code?: unknown }): ApiFaultKind {
  if (NETWORK.test(String(code))) return "unreachable";
  return KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? "other";
}

/** The fault for what the SDK threw. */
export function apiFault(error: unknown, { service, region, subject, actions }: Question): ApiFault {
  const thrown = error as Error & { code?: string };
  const kind = kindOf(thrown);
  const words = (thrown.message || thrown.code || thrown.name).replace(/\.$/, "");
  const texts: Record<ApiFaultKind, [fact: string, hint: string]> = {
    credentials: [
      `there are no valid credentials to ask ${service} about ${subject} with: ${words}`,
      "aws sso login, or export AWS_PROFILE=<profile>; aws sts get-caller-identity shows whose are in use",
    ],
    denied: [
      `AWS does not let you look at ${subject}: ${words}`,
      `allow in the policy of whoever deploys: ${actions.join(", ")}`,
    ],
    throttled: [
      `${service} takes no more questions at the moment: ${words}`,
      "run the same command again in a minute",
    ],
    missing: [
      `${subject} is not in region ${region} of this AWS account: ${words}`,
      "aws sts get-caller-identity shows the account; if the database was deleted: npx durable-postgres pulumi refresh",
    ],
    unreachable: [
      `${service} of region ${region} does not answer: ${words}`,
      "run the same command where the network reaches AWS",
    ],
    other: [`${service} refuses to tell of ${subject}: ${words}`, "run the same command again"],
  };
  return new ApiFault(kind, ...texts[kind]);
}

/** Milliseconds that an update waits: the SDK asks again by itself. */
const UPDATE_MS = 60_000;

/** Options of a client: where somebody waits for a preview, nothing is asked twice. */
export function clientOptions(region: string, timeoutMs: number | undefined): object {
  // That AWS will not support this Node.js one day need not be said in a deployment.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  return { region, ...(timeoutMs !== undefined && { maxAttempts: 1 }) };
}

/**
 * The answer, in time: the SDK has no limit for credentials and answer together.
 *
 * @param timeoutMs Milliseconds. Default: a minute.
 * @throws ApiFault when there is none.
 */
export async function answered<Answer>(
  question: Question,
  work: Promise<Answer>,
  timeoutMs = UPDATE_MS,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = Object.assign(new Error(`nothing in ${timeoutMs / 1000} s`), { name: "TimeoutError" });
    timer = setTimeout(() => reject(error), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw apiFault(error, question);
  } finally {
    clearTimeout(timer);
  }
}
