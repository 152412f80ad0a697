package dev.dafl.cli;

import dev.dafl.engine.config.OneLine;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A file's name. The launcher sees to a locale with all characters, but not every start goes through it. */
final class PathConverter implements ITypeConverter<Path> {

    @Override
    public Path convert(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + OneLine.shortened(text) + "' cannot be a file's name here: "
                    + e.getReason() + "; names are in " + System.getProperty("sun.jnu.encoding")
                    + ", and with LC_ALL=C.UTF-8 they may have all characters");
        }
    }
}
