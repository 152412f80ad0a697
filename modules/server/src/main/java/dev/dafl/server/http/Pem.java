package dev.dafl.server.http;

import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A key for TLS in PEM files.
 *
 * @param key in PKCS #8 without a password, as {@code openssl genpkey} and certbot write it
 * @param certificates that of the server first, then those that vouch for it
 */
public record Pem(Path key, Path certificates) {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

    /** @throws IOException when they cannot be read or are no key and its certificates, in a sentence */
    SSLContext context() throws IOException {
        try (InputStream in = Files.newInputStream(certificates)) {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .toArray(Certificate[]::new);
            if (chain.length == 0) {
                throw new IOException(certificates + " holds no certificate in PEM");
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", privateKey(), new char[0], chain);
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    key + " and " + certificates + " are no key and its certificates: " + e.getMessage(), e);
        } catch (FileSystemException e) {
            throw new IOException("cannot read " + e.getFile() + ": " + Reason.of(e), e);
        }
    }

    private PrivateKey privateKey() throws IOException, GeneralSecurityException {
        Matcher matcher = KEY.matcher(Files.readString(key, StandardCharsets.US_ASCII));
        if (!matcher.find()) {
            throw new IOException(
                    key + " holds no private key in PKCS #8 without a password; 'openssl pkcs8 -topk8 -nocrypt -in "
                            + key + "' makes one of another kind of key");
        }
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1)));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                // A key of another kind.
            }
        }
        throw new IOException(key + " holds a private key that is none of " + String.join(", ", ALGORITHMS));
    }
}
