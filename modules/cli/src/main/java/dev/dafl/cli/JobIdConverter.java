package dev.dafl.cli;

import dev.dafl.engine.config.OneLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The number of a job. */
final class JobIdConverter implements ITypeConverter<Long> {

    @Override
    public Long convert(String text) {
        if (text.matches("[1-9]\\d{0,17}")) {
            return Long.valueOf(text);
        }
        throw new TypeConversionException(
                "'" + OneLine.shortened(text) + "' is no job's number; 'dafl jobs' shows them");
    }
}
