/** What does Pulumi's own pack for AWS cost? All of its rules, none of which stops the preview. */

// Its dependencies are installed for the measurement, beside this file.
const { AwsGuard } = require("@pulumi/awsguard");

new AwsGuard({ all: "advisory" });
