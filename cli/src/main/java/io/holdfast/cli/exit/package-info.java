/** How a command ends: exit codes, and the exception that carries one with its message to the command's root. */
package io.holdfast.cli.exit;
