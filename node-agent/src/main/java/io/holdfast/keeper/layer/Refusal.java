package io.holdfast.keeper.layer;

import java.io.IOException;

/** Why an entry is refused; {@link Unpacker} says which one it is, of which layer. */
final class Refusal extends IOException {
    private static final long serialVersionUID = 1;

    Refusal(String why) {
        super(why);
    }
}
