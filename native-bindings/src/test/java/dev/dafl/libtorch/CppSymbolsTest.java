package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CppSymbolsTest {

    @Test
    void thisLibtorchHasThemAll() {
        assertEquals(List.of(), Libtorch.missingEntryPoints());
    }

    @Test
    void aMissingOneIsNamedWithWhatItIsFor() {
        Libtorch.load();
        SymbolLookup loaded = SymbolLookup.loaderLookup();
        SymbolLookup without = name -> name.contains("clear_cache") ? Optional.empty() : loaded.find(name);
        assertEquals(List.of("_ZN2at8autocast11clear_cacheEv (autocast)"), CppSymbols.missing(without));
    }
}
