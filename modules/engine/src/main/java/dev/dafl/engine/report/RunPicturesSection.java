package dev.dafl.engine.report;

import dev.dafl.engine.run.Artefact;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The part of a run's report that shows what was made: images in the end and over time, and first layers. */
record RunPicturesSection(RunFiles files) {

    void write(Page page) throws IOException {
        Html html = page.body();
        Optional<byte[]> generated = files.picture(Artefact.GENERATED.file());
        Optional<byte[]> means = files.picture(Artefact.CLASS_MEANS.file());
        Optional<byte[]> filters = files.picture(Artefact.FILTERS.file());
        List<RunFiles.Glimpse> glimpses = files.glimpses();
        if (generated.isEmpty() && means.isEmpty() && filters.isEmpty() && glimpses.isEmpty()) {
            return;
        }
        html.open("section").element("h2", "Images");
        if (!glimpses.isEmpty()) {
            html.element(
                    "p",
                    "What the student learnt from, step by step: a column for each class that the teacher sees (of many classes,"
                            + " ten), with the image of the batch that it is surest of; grey where the batch has none.",
                    "class",
                    "note");
            html.open("div", "class", "glimpses");
            for (RunFiles.Glimpse glimpse : glimpses) {
                page.picture(glimpse.png(), "step " + Words.count(glimpse.step()));
            }
            html.close("div");
        }
        html.open("div", "class", "pictures");
        generated.ifPresent(png -> page.picture(
                png,
                "Images made in the end, a row for each class, with those of 512 that the teacher is surest of. A row that is"
                        + " not full is a class that is seldom made."));
        html.open("div");
        means.ifPresent(png -> page.picture(png, "The mean image of each class, made in the end."));
        filters.ifPresent(
                png -> page.picture(
                        png,
                        "Filters of the first layer: the teacher's on the left, the student's on the right; grey is a weight of 0."));
        html.close("div").close("div").close("section");
    }
}
