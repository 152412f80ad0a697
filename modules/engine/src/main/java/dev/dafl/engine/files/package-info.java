/** Files that are written as a whole, locked, and told of in words. */
package dev.dafl.engine.files;
