package dev.dafl.plugins.cifar;

import dev.dafl.plugins.cifar.StoredPictures.Picture;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.KeptImages;
import java.io.IOException;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A tar archive of the files {@code train/CLASS/NAME} and {@code test/CLASS/NAME}, in any order and below any folder. Hidden
 * files, which some systems put there, are passed over. It is read once; its files stay in memory, packed as they are, until
 * they are decoded, so that images can go on from all classes in turn, and those to train on before those to measure on.
 */
record PictureArchive(TarArchive archive, List<String> classNames, int trainOfEach, int testOfEach) {

    /** Many times what an image of this size takes. */
    private static final int MOST_BYTES = 1 << 16;

    /** So many are decoded at a time, by all cores. */
    private static final int BATCH = 1 << 10;

    PictureArchive {
        classNames = List.copyOf(classNames);
    }

    /**
     * Reads and decodes all.
     *
     * @param done hears how many images are decoded; what it throws ends the reading
     * @throws UnsoundFileException when the archive is cut off or damaged, lacks images or has some too many, or when a file in
     *     it is no image or lies where none belongs, which is told with its name
     */
    void read(KeptImages.Sink images, LongConsumer done) throws IOException {
        StoredPictures train = new StoredPictures("train", classNames, trainOfEach);
        StoredPictures test = new StoredPictures("test", classNames, testOfEach);
        archive.read(tar -> {
            for (var entry = tar.next(); entry.isPresent(); entry = tar.next()) {
                String path = printable(entry.get().path());
                if (entry.get().name().startsWith(".")) {
                    continue;
                }
                if (!train.isPlaceOf(path) && !test.isPlaceOf(path)) {
                    throw archive.unsound(
                            ": " + path + " is misplaced: images belong into train/CLASS and test/CLASS, where"
                                    + " CLASS is one of " + String.join(", ", classNames));
                }
                if (entry.get().size() > MOST_BYTES) {
                    throw archive.unsound(": " + path + " is larger than " + (MOST_BYTES >> 10) + " KiB");
                }
                StoredPictures split = train.isPlaceOf(path) ? train : test;
                if (!split.add(path, tar.readNBytes((int) entry.get().size()))) {
                    throw archive.unsound(
                            ": " + path + " is one too many: only " + split.ofEach() + " images belong there");
                }
                done.accept(0);
            }
        });
        train.requireAll(archive);
        test.requireAll(archive);
        decode(train.inTurn(), images::train, done);
        decode(test.inTurn(), images::test, decoded -> done.accept((long) classNames.size() * trainOfEach + decoded));
    }

    /** Takes images one after another. */
    @FunctionalInterface
    private interface Target {

        void add(ImageShape shape, byte[] values, int label) throws IOException;
    }

    /**
     * @param values of the image; none where there is a problem
     * @param problem empty where there is none
     */
    private record Decoded(byte[] values, String problem) {

        static Decoded of(Picture picture) {
            try {
                return new Decoded(PictureDecoder.decode(picture.content()), "");
            } catch (BadPictureException e) {
                return new Decoded(new byte[0], e.getMessage());
            }
        }
    }

    private void decode(List<Picture> pictures, Target target, LongConsumer done) throws IOException {
        for (int start = 0; start < pictures.size(); start += BATCH) {
            List<Picture> batch = pictures.subList(start, Math.min(start + BATCH, pictures.size()));
            List<Decoded> decoded = batch.parallelStream().map(Decoded::of).toList();
            for (int i = 0; i < batch.size(); i++) {
                if (!decoded.get(i).problem().isEmpty()) {
                    throw archive.unsound(
                            ": " + batch.get(i).path() + " " + decoded.get(i).problem());
                }
                target.add(
                        PictureDecoder.SHAPE,
                        decoded.get(i).values(),
                        batch.get(i).label());
            }
            done.accept(start + batch.size());
        }
    }

    /** For messages, which are one line. */
    private static String printable(String path) {
        return path.replaceAll("\\p{Cntrl}", "?");
    }
}
