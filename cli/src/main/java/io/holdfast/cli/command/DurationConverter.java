package io.holdfast.cli.command;

import io.holdfast.model.text.Durations;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code 500ms}, {@code 90s}, {@code 5m}, {@code 1h} to milliseconds. */
final class DurationConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        return Durations.parse("", text).fold(millis -> millis, errors -> {
            throw new TypeConversionException(errors.get(0).message());
        });
    }
}
