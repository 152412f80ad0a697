package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The header is the contract: each function in it is bound with the same name, arity and types, and nothing else is. */
class HeaderContractTest {

    private static final String HEADER = "libtorch_c.h";

    @Test
    void bindingsHaveTheNamesAndTypesOfTheHeader() throws Exception {
        Libtorch.load();
        Map<String, List<String>> header = HeaderContract.inHeader(HEADER);
        assertTrue(header.size() > 30, "functions found in the header: " + header.keySet());
        assertEquals(header, HeaderContract.in(libtorch_c_h.class));
    }

    @Test
    void everyFunctionExistsInTheLoadedLibrary() throws Exception {
        Libtorch.load();
        List<String> missing = HeaderContract.inHeader(HEADER).keySet().stream()
                .filter(name -> libtorch_c_h.SYMBOL_LOOKUP.find(name).isEmpty())
                .toList();
        assertEquals(List.of(), missing);
    }
}
