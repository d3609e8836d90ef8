/** What is the least policy pack? One rule that looks at nothing. */
"use strict";

const { PolicyPack } = require("@pulumi/policy");

new PolicyPack("bench-noop", {
  policies: [
    {
      name: "noop",
      description: "Accepts every resource",
      enforcementLevel: "mandatory",
      validateResource: () => undefined,
    },
  ],
});
