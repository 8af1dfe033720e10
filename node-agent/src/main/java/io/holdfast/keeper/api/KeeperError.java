package io.holdfast.keeper.api;

/**
 * Why a request was not fulfilled.
 *
 * @param code {@code bad-request}, {@code refused-by-policy}, {@code unsupported}, {@code not-found}, {@code conflict},
 *     {@code set-up-failed}, {@code program-not-found} and {@code program-not-executable} (of an exec; a shell would end
 *     with 127 and 126), {@code busy} (try again later), {@code internal}
 * @param message one line, lower case, names the thing and the limit; for {@code set-up-failed} the step, its arguments and
 *     the errno's name
 */
public record KeeperError(String code, String message) {}
