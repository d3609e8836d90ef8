/** How is a policy of AWS written? Statements in, JSON out; and what an ARN says about its account. */

/** Version of the language of policies, the only one in use. */
const LANGUAGE = "2012-10-17";

/** One statement. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html */
export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  Action: string | readonly string[];
  Resource: string | readonly string[];
  Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A policy as AWS takes it. */
export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: LANGUAGE, Statement: statements });
}

/** Who may take on a role: one of AWS's services. */
export function trustPolicy(service: string): string {
  return JSON.stringify({
    Version: LANGUAGE,
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
}

/** What an ARN says about where it belongs. Nothing has to be looked up for it. */
export interface Account {
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  partition: string;
  /** Twelve digits. */
  id: string;
}

/** The account of an ARN such as `arn:aws:ec2:eu-central-1:111122223333:security-group/sg-1`. */
export function accountOf(arn: string): Account {
  const [, partition = "aws", , , id = ""] = arn.split(":");
  return { partition, id };
}
