package dev.dafl.server.client;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whose certificates are taken. */
final class Trust {

    private Trust() {}

    /**
     * Only what an authority of one's own has signed.
     *
     * @param authority its certificate, or several, as PEM
     * @throws ConfigException when it is no such file
     */
    static SSLContext in(Path authority) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            for (Certificate certificate : certificates(authority)) {
                store.setCertificateEntry("authority-" + count++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (NoSuchFileException e) {
            throw new ConfigException("no such file: " + authority, e);
        } catch (IOException e) {
            throw new ConfigException("cannot read " + authority + ": " + Reason.of(e), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    private static Collection<? extends Certificate> certificates(Path authority)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(authority)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw notOne(authority);
            }
            return certificates;
        } catch (CertificateException e) {
            throw notOne(authority);
        }
    }

    private static ConfigException notOne(Path authority) {
        return new ConfigException(authority + " holds no certificate: it is a text (PEM) with lines such as"
                + " -----BEGIN CERTIFICATE-----");
    }
}
