/** Tells others of a run, so that it is seen where people look: MLflow, and plugins that listen. None of it acts on the run. */
@NullMarked
package dev.dafl.engine.tracking;

import org.jspecify.annotations.NullMarked;
