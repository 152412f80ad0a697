/**
 * Where, in which number format and with how many threads a run computes, found out by short measurements where it is left open.
 */
package dev.dafl.engine.compute;
