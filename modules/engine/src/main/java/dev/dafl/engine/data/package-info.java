/** Finds data files in the user's folders, or downloads and checks them. */
package dev.dafl.engine.data;
