package dev.dafl.plugins.cifar;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The image files of one split, class by class, as an archive has them. */
final class StoredPictures {

    private final String split;
    private final List<String> classNames;
    private final int ofEach;
    private final Pattern place;
    private final List<List<Picture>> byClass;

    /**
     * @param split the folder of its class folders
     * @param ofEach how many there have to be of each class
     */
    StoredPictures(String split, List<String> classNames, int ofEach) {
        this.split = split;
        this.classNames = classNames;
        this.ofEach = ofEach;
        String folders = classNames.stream().map(Pattern::quote).collect(Collectors.joining("|"));
        this.place = Pattern.compile("(?:.*/)?" + split + "/(" + folders + ")/[^/]+");
        this.byClass =
                classNames.stream().<List<Picture>>map(_ -> new ArrayList<>()).toList();
    }

    /**
     * @param path in the archive
     * @param content a file's
     */
    record Picture(String path, int label, byte[] content) {}

    boolean isPlaceOf(String path) {
        return place.matcher(path).matches();
    }

    int ofEach() {
        return ofEach;
    }

    /**
     * Takes a file, where its class is not yet full.
     *
     * @return whether it was taken
     * @throws IllegalArgumentException when the path is no place of this split
     */
    boolean add(String path, byte[] content) {
        Matcher matcher = place.matcher(path);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(path + " is not in " + split);
        }
        int label = classNames.indexOf(matcher.group(1));
        List<Picture> taken = byClass.get(label);
        return taken.size() < ofEach && taken.add(new Picture(path, label, content));
    }

    /** @throws UnsoundFileException when a class has too few images */
    void requireAll(TarArchive archive) throws UnsoundFileException {
        for (int label = 0; label < byClass.size(); label++) {
            int count = byClass.get(label).size();
            if (count < ofEach) {
                throw archive.unsound(" lacks images: " + count + " are in " + split + "/" + classNames.get(label)
                        + ", and " + ofEach + " belong there");
            }
        }
    }

    /** The first of each class, then the second of each; any beginning of it has all classes alike. */
    List<Picture> inTurn() {
        return IntStream.range(0, ofEach)
                .boxed()
                .flatMap(i -> byClass.stream().map(pictures -> pictures.get(i)))
                .toList();
    }
}
