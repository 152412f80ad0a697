package dev.dafl.spi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The numbers that an option may have: {@code record Options(@Range(min = 1) int steps, @Range(above = 0) double rate)}. Who
 * writes another number into a file is told so with file and line before the record is made, and the range stands in
 * {@code dafl plugins describe}, in the JSON Schema for editors and in the reference. For an option that is an {@link
 * java.util.Optional}, a {@link java.util.List} or a {@link Ramp}, it is the range of the numbers in it. All are finite.
 *
 * <p>What depends on other options, or is more than a range, is checked in the record's compact constructor. A record that is
 * also made by hand checks its ranges there too, by {@link Ranges#require}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Range {

    /** The smallest one; NaN is none. */
    double min() default Double.NaN;

    /** What all are larger than; NaN is nothing. */
    double above() default Double.NaN;

    /** The largest one; NaN is none. */
    double max() default Double.NaN;

    /** What all are smaller than; NaN is nothing. */
    double below() default Double.NaN;
}
