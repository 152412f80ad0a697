package dev.dafl.server.jobs;

import dev.dafl.server.jobs.RefusedException.Why;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * How large something may be that is sent.
 *
 * @param refusal what is said of a larger one
 */
public record SizeLimit(long mostBytes, String refusal) {

    /** @throws RefusedException when it is known to be larger before it comes; -1 is not known */
    public void require(long announced) {
        if (announced > mostBytes) {
            throw new RefusedException(Why.TOO_LARGE, refusal);
        }
    }

    /** @throws RefusedException when it is larger */
    public void copy(InputStream content, OutputStream out) throws IOException {
        byte[] part = new byte[1 << 16];
        long all = 0;
        for (int read = content.read(part); read >= 0; read = content.read(part)) {
            all += read;
            require(all);
            out.write(part, 0, read);
        }
    }
}
