package io.holdfast.cli.command;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code 100%}, {@code 130%} to 1 and 1.3. */
final class PercentConverter implements ITypeConverter<Double> {
    private static final Pattern FORM = Pattern.compile("[0-9]{1,4}(\\.[0-9]{1,3})?%");
    private static final double MAX_PERCENT = 1000;

    @Override
    public Double convert(String text) {
        double percent = FORM.matcher(text).matches() ? Double.parseDouble(text.substring(0, text.length() - 1)) : 0;
        if (percent <= 0 || percent > MAX_PERCENT) {
            throw new TypeConversionException(
                    "'" + text + "' is not a part in percent above 0% and up to 1000%, as 100%");
        }
        return percent / 100;
    }
}
