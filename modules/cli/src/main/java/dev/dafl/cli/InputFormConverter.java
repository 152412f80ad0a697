package dev.dafl.cli;

import dev.dafl.engine.config.OneLine;
import dev.dafl.onnx.export.InputForm;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The word for what images a graph takes. */
final class InputFormConverter implements ITypeConverter<InputForm> {

    @Override
    public InputForm convert(String word) {
        return InputForm.of(word)
                .orElseThrow(() -> new TypeConversionException("expected one of "
                        + Arrays.stream(InputForm.values()).map(InputForm::word).collect(Collectors.joining(", "))
                        + ", not '" + OneLine.shortened(word) + "'"));
    }
}
