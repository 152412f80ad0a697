package dev.dafl.cli;

import dev.dafl.cli.kit.ProjectKind;
import dev.dafl.engine.config.OneLine;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The word for what a project of a plugin provides. */
final class ProjectKindConverter implements ITypeConverter<ProjectKind> {

    @Override
    public ProjectKind convert(String word) {
        return Arrays.stream(ProjectKind.values())
                .filter(kind -> kind.toString().equals(word))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("expected one of "
                        + Arrays.stream(ProjectKind.values())
                                .map(ProjectKind::toString)
                                .collect(Collectors.joining(", "))
                        + ", not '" + OneLine.shortened(word) + "'"));
    }
}
