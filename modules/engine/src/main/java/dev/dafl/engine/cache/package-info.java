/** What dafl keeps to save time: trained teachers, downloaded data, the unpacked libtorch. All of it can be made again. */
package dev.dafl.engine.cache;
