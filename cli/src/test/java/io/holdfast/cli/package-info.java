/** Tests of the command: whole command lines against a small scheduler of the tests' own. */
package io.holdfast.cli;
