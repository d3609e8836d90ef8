/** What is the least program that needs a provider plugin? One resource without inputs. */
"use strict";

const { CustomResource } = require("@pulumi/pulumi");

new CustomResource("noop:index:Noop", "noop");
