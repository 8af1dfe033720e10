package io.holdfast.placement.request;

import java.util.List;

/**
 * Devices of one kind: a share of one, or several whole ones.
 *
 * @param kind as {@code gpu}
 * @param models that will do; empty for any
 * @param count how many; 1 where it is a share
 * @param thousandths of each; {@link #WHOLE} for whole ones
 */
public record DeviceAsk(String kind, List<String> models, int count, int thousandths) {
    public static final int WHOLE = 1000;

    public DeviceAsk {
        models = List.copyOf(models);
        if (count < 1) {
            throw new IllegalArgumentException("a count of " + count + " devices of kind " + kind + " is below 1");
        }
        if (thousandths < 1 || thousandths > WHOLE) {
            throw new IllegalArgumentException(
                    thousandths + " thousandths of a device of kind " + kind + " are not 1 to " + WHOLE);
        }
        if (thousandths < WHOLE && count != 1) {
            throw new IllegalArgumentException("a share is of one device of kind " + kind + ", not of " + count);
        }
    }

    public static DeviceAsk whole(String kind, int count) {
        return new DeviceAsk(kind, List.of(), count, WHOLE);
    }

    public static DeviceAsk share(String kind, int thousandths) {
        return new DeviceAsk(kind, List.of(), 1, thousandths);
    }

    public DeviceAsk of(List<String> some) {
        return new DeviceAsk(kind, some, count, thousandths);
    }

    public boolean takes(String model) {
        return models.isEmpty() || models.contains(model);
    }

    public long total() {
        return (long) count * thousandths;
    }
}
