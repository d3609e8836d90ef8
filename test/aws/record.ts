/**
 * What does the AWS provider say about its resources? Records inputs, outputs and types of those that a database uses.
 *
 * `npx tsx test/aws/record.ts` writes recorded/schema.json from @pulumi/aws as it is installed. The package holds no
 * schema, but its declarations and constructors are generated from it. What replaces a resource is not in them: see
 * provider-double/terraform.ts.
 */

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import type { PropertyType, RecordedResource, RecordedSchema } from "./recorded-schema";

/** Resource types of the target rds, by module and class. */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  cloudwatch: ["Dashboard", "EventRule", "EventTarget", "LogGroup", "MetricAlarm"],
  ec2: [
    "DefaultSecurityGroup",
    "FlowLog",
    "RouteTable",
    "RouteTableAssociation",
    "SecurityGroup",
    "Subnet",
    "Vpc",
  ],
  iam: ["Policy", "Role", "RolePolicy", "RolePolicyAttachment"],
  kms: ["Alias", "Key"],
  rds: [
    "Cluster",
    "ClusterInstance",
    "ClusterParameterGroup",
    "EventSubscription",
    "Instance",
    "InstanceAutomatedBackupsReplication",
    "ParameterGroup",
    "SubnetGroup",
  ],
  s3: [
    "Bucket",
    "BucketLifecycleConfiguration",
    "BucketLogging",
    "BucketNotification",
    "BucketObjectLockConfiguration",
    "BucketOwnershipControls",
    "BucketPolicy",
    "BucketPublicAccessBlock",
    "BucketServerSideEncryptionConfiguration",
    "BucketVersioning",
  ],
  secretsmanager: ["Secret", "SecretVersion"],
  sns: ["Topic", "TopicPolicy", "TopicSubscription"],
  vpc: ["SecurityGroupEgressRule", "SecurityGroupIngressRule"],
};

const SDK = path.dirname(require.resolve("@pulumi/aws/package.json"));

function parse(file: string): ts.SourceFile {
  const text = readFileSync(path.join(SDK, file), "utf8");
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
}

/** Interfaces of types/input.d.ts and output.d.ts by `rds.InstanceRestoreToPointInTime`. */
function interfaces(file: string): Map<string, ts.InterfaceDeclaration> {
  const found = new Map<string, ts.InterfaceDeclaration>();
  const visit = (node: ts.Node, scope: string): void => {
    if (ts.isModuleDeclaration(node))
      node.body?.forEachChild((child) => visit(child, `${scope}${node.name.text}.`));
    if (ts.isInterfaceDeclaration(node)) found.set(`${scope}${node.name.text}`, node);
  };
  parse(file).forEachChild((node) => visit(node, ""));
  return found;
}

const nested = { inputs: interfaces("types/input.d.ts"), outputs: interfaces("types/output.d.ts") };

function isUndefined(node: ts.TypeNode): boolean {
  return node.kind === ts.SyntaxKind.UndefinedKeyword;
}

/** The type of a declaration, without `Input`, `Output` and `undefined`. */
function typeOf(node: ts.TypeNode | undefined): PropertyType {
  if (!node) return "string";
  if (ts.isUnionTypeNode(node)) return typeOf(node.types.find((one) => !isUndefined(one)));
  if (ts.isArrayTypeNode(node)) return { list: typeOf(node.elementType) };
  if (ts.isTypeLiteralNode(node)) {
    const [signature] = node.members;
    return { map: typeOf((signature as ts.IndexSignatureDeclaration).type) };
  }
  if (ts.isTypeReferenceNode(node)) return referred(node);
  return (
    ({ [ts.SyntaxKind.NumberKeyword]: "number", [ts.SyntaxKind.BooleanKeyword]: "boolean" }[
      node.kind as number
    ] as PropertyType | "string" as PropertyType) ?? "string"
  );
}

function referred(node: ts.TypeReferenceNode): PropertyType {
  const name = node.typeName.getText();
  if (/^pulumi\.(Input|Output)$/.test(name)) return typeOf(node.typeArguments?.[0]);
  const [, kind, key] = /^(inputs|outputs)\.(.*)$/.exec(name) ?? [];
  const declared = kind && nested[kind as "inputs" | "outputs"].get(key ?? "");
  // Enumerations, ARNs and policy documents are texts on the wire.
  return declared ? { object: membersOf(declared), required: requiredOf(declared) } : "string";
}

type Members = ts.InterfaceDeclaration | ts.ClassDeclaration;

function propertiesOf(declaration: Members): (ts.PropertySignature | ts.PropertyDeclaration)[] {
  const members: ts.Node[] = [...declaration.members];
  return members.filter((member) => ts.isPropertySignature(member) || ts.isPropertyDeclaration(member));
}

function membersOf(declaration: Members): Record<string, PropertyType> {
  return Object.fromEntries(
    propertiesOf(declaration)
      .filter((member) => !ts.getModifiers(member as ts.PropertyDeclaration)?.some(isStatic))
      .map((member) => [member.name.getText(), typeOf(member.type)]),
  );
}

function isStatic({ kind }: ts.ModifierLike): boolean {
  return kind === ts.SyntaxKind.StaticKeyword || kind === ts.SyntaxKind.PrivateKeyword;
}

function requiredOf(declaration: Members): string[] {
  return propertiesOf(declaration)
    .filter(({ questionToken }) => !questionToken)
    .map(({ name }) => name.getText());
}

function recordedOf(module: string, name: string): RecordedResource {
  const file = `${module}/${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  const declarations = new Map<string, Members>();
  parse(`${file}.d.ts`).forEachChild((node) => {
    if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node))
      declarations.set(node.name?.text ?? "", node);
  });
  const args = declarations.get(`${name}Args`) as Members;
  const inputs = membersOf(args);
  const outputs = Object.keys(membersOf(declarations.get(name) as Members));
  const program = readFileSync(path.join(SDK, `${file}.js`), "utf8");
  const defaults = [...program.matchAll(/resourceInputs\["(\w+)"\] = \(args\?\.\w+\) \?\? ([^;]+);/g)];
  const secrets = [...program.matchAll(/resourceInputs\["(\w+)"\] = args\?\.\w+ \? pulumi\.secret/g)];
  return {
    inputs,
    required: requiredOf(args),
    defaults: Object.fromEntries(
      defaults.map(([, property = "", value = ""]) => [property, JSON.parse(value)]),
    ),
    secrets: secrets.map(([, property = ""]) => property),
    computed: outputs.filter((property) => !(property in inputs)),
  };
}

const { version } = JSON.parse(readFileSync(path.join(SDK, "package.json"), "utf8"));
const schema: RecordedSchema = {
  source: `declarations and constructors of the npm package @pulumi/aws ${version}`,
  version,
  resources: Object.fromEntries(
    Object.entries(RESOURCES).flatMap(([module, names]) =>
      names.map((name) => {
        const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
        return [`aws:${module}/${file}:${name}`, recordedOf(module, name)];
      }),
    ),
  ),
};
writeFileSync(path.join(__dirname, "recorded", "schema.json"), `${JSON.stringify(schema, undefined, 1)}\n`);
