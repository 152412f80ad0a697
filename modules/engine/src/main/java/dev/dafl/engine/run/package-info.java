/** What runs and matrices tell and leave in their folders, as records: whoever reads a folder reads these. */
@NullMarked
package dev.dafl.engine.run;

import org.jspecify.annotations.NullMarked;
