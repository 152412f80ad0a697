package dev.dafl.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How many of something: a whole number from 1. */
final class CountConverter implements ITypeConverter<Integer> {

    @Override
    public Integer convert(String text) {
        try {
            int count = Integer.parseInt(text);
            if (count >= 1) {
                return count;
            }
        } catch (NumberFormatException _) {
            // Told below, like a number that is too small.
        }
        throw new TypeConversionException("must be a whole number from 1, not '" + text + "'");
    }
}
