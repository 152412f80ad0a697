/** Where plugins keep what lasts longer than a step: networks, optimizers, tensors and images by name, as part of a run's state. */
@NullMarked
package dev.dafl.workspace;

import org.jspecify.annotations.NullMarked;
