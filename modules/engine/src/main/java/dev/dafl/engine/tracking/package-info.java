/** Tells others of a run, so that it is seen where people look: TensorBoard and MLflow. None of it acts on the run. */
@NullMarked
package dev.dafl.engine.tracking;

import org.jspecify.annotations.NullMarked;
