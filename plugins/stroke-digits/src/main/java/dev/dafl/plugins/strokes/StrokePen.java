package dev.dafl.plugins.strokes;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.random.RandomGenerator;

/** Draws digits as white strokes on black, 28x28, each a little turned, sheared, scaled, shifted and noisy. */
final class StrokePen {

    static final int SIZE = 28;

    private static final double BOX = 20;
    private static final double TURN = Math.toRadians(9);
    private static final double SHEAR = 0.16;
    private static final double SCALE = 0.08;
    private static final double SHIFT = 1.1;
    private static final double THINNEST = 1.5;
    private static final double THICKEST = 3.3;

    private final StrokeDigits.Options options;

    StrokePen(StrokeDigits.Options options) {
        this.options = options;
    }

    /** Writes one image into {@code pixels} at {@code offset}. */
    void draw(int digit, RandomGenerator random, byte[] pixels, int offset) {
        BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        double width = THINNEST + (THICKEST - THINNEST) * random.nextDouble();
        graphics.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.setColor(Color.WHITE);
        graphics.draw(placement(random).createTransformedShape(Strokes.draw(digit, options.jitter(), random)));
        graphics.dispose();
        byte[] drawn = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < drawn.length; i++) {
            double value = (drawn[i] & 0xff) + 255 * options.noise() * random.nextGaussian();
            pixels[offset + i] = (byte) Math.clamp(Math.round(value), 0, 255);
        }
    }

    private AffineTransform placement(RandomGenerator random) {
        AffineTransform place = AffineTransform.getTranslateInstance(
                SIZE / 2.0 + SHIFT * random.nextGaussian(), SIZE / 2.0 + SHIFT * random.nextGaussian());
        place.rotate(TURN * random.nextGaussian());
        place.shear(SHEAR * random.nextGaussian(), 0);
        place.scale(BOX * (1 + SCALE * random.nextGaussian()), BOX * (1 + SCALE * random.nextGaussian()));
        place.translate(-0.5, -0.5);
        return place;
    }
}
