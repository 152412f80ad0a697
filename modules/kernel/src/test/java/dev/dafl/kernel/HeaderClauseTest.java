package dev.dafl.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Version;

class HeaderClauseTest {

    @Test
    void readsVersionsRangesAndDirectives() {
        List<HeaderClause> clauses =
                HeaderClause.parse("a.b;version=\"[1.0,2)\";resolution:=optional,c;d;version=1.2.3,e;uses:=\"x,y\"");
        assertEquals(
                List.of("a.b", "c", "d", "e"),
                clauses.stream().map(HeaderClause::path).toList());
        assertEquals("[1.0,2)", clauses.get(0).versionText());
        assertEquals("optional", clauses.get(0).attributes().get("resolution"));
        assertEquals(new Version(1, 2, 3), clauses.get(2).version());
        assertEquals("x,y", clauses.get(3).attributes().get("uses"));
        assertEquals("", clauses.get(3).versionText());
        assertEquals(List.of(), HeaderClause.parse(" "));
    }
}
