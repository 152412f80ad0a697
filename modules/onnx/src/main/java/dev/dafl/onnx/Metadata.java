package dev.dafl.onnx;

import dev.dafl.onnx.OnnxModel.Normalization;
import dev.dafl.onnx.export.InputForm;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model's metadata say of images and classes: under dafl's own keys, under those of Ultralytics ({@code names}) and
 * others, and under Windows ML's for ranges of pixels.
 */
record Metadata(Map<String, String> values) {

    private static final List<String> NAMES =
            List.of("dafl.classes", "names", "class_names", "classes", "labels", "class_labels");
    private static final List<String> MEANS = List.of("dafl.mean", "mean", "image_mean");
    private static final List<String> STDS = List.of("dafl.std", "std", "image_std");
    /** What the graph takes that has the keys above too: it may normalise its images itself. */
    private static final String FORM = "dafl.input";

    private static final String RANGE = "Image.NominalPixelRange";

    /** By label. */
    Optional<List<String>> classNames() {
        return NAMES.stream()
                .flatMap(key -> Optional.ofNullable(values.get(key)).flatMap(Texts::list).stream())
                .findFirst();
    }

    /** @param channels of the images; empty where it is not known, so that a single number stands for one */
    Optional<Normalization> normalization(Optional<Integer> channels) {
        Optional<List<Double>> mean = numbers(MEANS);
        Optional<List<Double>> std = numbers(STDS);
        if (mean.isPresent() && std.isPresent()) {
            return Normalization.of(mean.get(), std.get())
                    .filter(found ->
                            channels.isEmpty() || channels.get() == found.mean().size())
                    .map(this::outside);
        }
        int count = channels.orElse(3);
        return Optional.ofNullable(values.get(RANGE)).flatMap(range -> switch (range) {
            case "NominalRange_0_255" -> Optional.of(Normalization.of(count, 0, 1.0 / 255));
            case "Normalized_0_1" -> Optional.of(Normalization.of(count, 0, 1));
            case "Normalized_1_1" -> Optional.of(Normalization.of(count, 0.5, 0.5));
            default -> Optional.empty();
        });
    }

    /** What is left to do before the graph. */
    private Normalization outside(Normalization all) {
        int channels = all.mean().size();
        return switch (InputForm.of(values.getOrDefault(FORM, "")).orElse(InputForm.NORMALISED)) {
            case NORMALISED -> all;
            case UNIT -> Normalization.of(channels, 0, 1);
            case UINT8 -> Normalization.of(channels, 0, 1.0 / 255);
        };
    }

    private Optional<List<Double>> numbers(List<String> keys) {
        return keys.stream()
                .flatMap(key -> Optional.ofNullable(values.get(key)).flatMap(Texts::numbers).stream())
                .findFirst();
    }
}
