/**
 * The experiment as a YAML file: records, read so that every mistake is told with file, line and key. Nothing here knows
 * tensors.
 */
@NullMarked
package dev.dafl.engine.config;

import org.jspecify.annotations.NullMarked;
