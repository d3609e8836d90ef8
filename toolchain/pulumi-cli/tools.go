//go:build tools

// Package toolchain answers "which Pulumi CLI is built where its release cannot be downloaded?".
package toolchain

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
