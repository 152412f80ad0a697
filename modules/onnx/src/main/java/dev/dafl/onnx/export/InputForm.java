package dev.dafl.onnx.export;

import java.util.Arrays;
import java.util.Optional;

/** What the images are that a graph takes. Whatever they are, they have the size that the network takes. */
public enum InputForm {
    /** float32 as the network takes them: (pixel / 255 - mean) / std. */
    NORMALISED("normalised"),
    /** float32 from 0, black, to 1. */
    UNIT("0..1"),
    /** uint8 from 0, black, to 255, as they lie in picture files. */
    UINT8("uint8");

    private final String word;

    InputForm(String word) {
        this.word = word;
    }

    /** What users call it. */
    public String word() {
        return word;
    }

    /** That of a word; empty where there is none. */
    public static Optional<InputForm> of(String word) {
        return Arrays.stream(values()).filter(form -> form.word.equals(word)).findFirst();
    }
}
