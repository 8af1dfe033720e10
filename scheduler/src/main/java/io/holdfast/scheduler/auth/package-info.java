/**
 * Who may come in: bearer tokens, one for users and one for agents, until certificates and access control come.
 */
package io.holdfast.scheduler.auth;
