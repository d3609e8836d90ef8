/** What does the least that Pulumi can run look like? No resource, no plugin, no policy. */
"use strict";
