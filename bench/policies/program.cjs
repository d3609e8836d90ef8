/** What does a program of many resources look like? Each is a row of resources.json, which the benchmark writes. */
"use strict";

const { CustomResource } = require("@pulumi/pulumi");

for (const { type, name, properties, protect } of require("./resources.json"))
  new CustomResource(type, name, properties, { protect });
