/** What dafl keeps to save time: trained teachers, downloaded data, images that were read, the unpacked libtorch. All of it can be made again. */
@NullMarked
package dev.dafl.engine.cache;

import org.jspecify.annotations.NullMarked;
