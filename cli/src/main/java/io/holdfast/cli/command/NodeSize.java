package io.holdfast.cli.command;

import io.holdfast.model.error.Rejected;
import io.holdfast.model.text.Cpus;
import io.holdfast.model.text.Sizes;
import io.holdfast.simulation.trace.Pods;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What a node has, as {@code 128000m,768Gi}. */
record NodeSize(long cpuMillis, long memoryBytes) {

    static final class Converter implements ITypeConverter<NodeSize> {
        @Override
        public NodeSize convert(String text) {
            String[] parts = text.split(",", -1);
            if (parts.length != 2) {
                throw new TypeConversionException("'" + text + "' is not CPU,MEMORY: give both, as 128000m,768Gi");
            }
            return new NodeSize(
                    amount(
                            "cpu",
                            Cpus.parse("", parts[0]).fold(value -> value, Converter::refused),
                            Pods.MAX_CPU_MILLIS),
                    amount(
                            "memory",
                            Sizes.parse("", parts[1]).fold(value -> value, Converter::refused),
                            Pods.MAX_MEMORY_MIB << 20));
        }

        private static long amount(String what, long amount, long max) {
            if (amount < 1 || amount > max) {
                throw new TypeConversionException("a node with " + what + " " + amount + " is none: give 1 to " + max);
            }
            return amount;
        }

        private static Long refused(List<Rejected> errors) {
            throw new TypeConversionException(errors.get(0).message());
        }
    }
}
