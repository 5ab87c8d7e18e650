package io.sluice.server.config;

import io.sluice.collector.ask.Access;
import io.sluice.collector.ask.Credentials;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Value;
import io.sluice.server.trust.ClientTls;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/** Reads how servers that we ask are spoken to, and the paths of files beside the configuration. */
final class AccessReader {

    private final Path folder;

    /**
     * @param folder where files are looked for
     */
    AccessReader(Path folder) {
        this.folder = folder;
    }

    /**
     * The keys {@code authorizationFile}, {@code basicAuth} and {@code tls} beside others. What is
     * wrong is reported and left out.
     */
    Access access(Fields fields) {
        Credentials credentials =
                fields.atMostOne("authorizationFile", "basicAuth")
                        .flatMap(
                                value ->
                                        value.key().equals("basicAuth")
                                                ? value.object(this::basic)
                                                : path(value).map(Credentials.Header::new))
                        .map(Credentials.class::cast)
                        .orElse(new Credentials.None());
        return new Access(credentials, fields.optional("tls", this::tls));
    }

    /** A file. */
    Optional<Path> path(Value value) {
        return value.someText()
                .flatMap(
                        text -> {
                            try {
                                return Optional.of(folder.resolve(text));
                            } catch (InvalidPathException e) {
                                return value.wrong("`" + text + "` is no path", "a file");
                            }
                        });
    }

    private Optional<Credentials.Basic> basic(Fields fields) {
        Optional<String> username = fields.require("username", Value::someText);
        Optional<Path> password = fields.require("passwordFile", this::path);
        return username.flatMap(name -> password.map(file -> new Credentials.Basic(name, file)));
    }

    private Optional<SSLContext> tls(Value value) {
        return value.object(this::files)
                .flatMap(
                        files -> {
                            try {
                                return Optional.of(files.context());
                            } catch (IOException e) {
                                return value.wrong(
                                        "cannot be used (" + e + ")", "PEM files that go together");
                            }
                        });
    }

    private Optional<ClientTls> files(Fields fields) {
        Optional<Path> ca = fields.optional("ca", this::path);
        Optional<Value> certificate = fields.value("certificate");
        Optional<Value> key =
                certificate.isPresent() ? fields.exactlyOne("key") : fields.value("key");
        if (key.isPresent() && certificate.isEmpty()) {
            return key.get().wrongKey("a key without its certificate", "both, or none");
        }
        Optional<ClientTls.Identity> identity =
                certificate
                        .flatMap(this::path)
                        .flatMap(
                                c ->
                                        key.flatMap(this::path)
                                                .map(k -> new ClientTls.Identity(c, k)));
        return Optional.of(new ClientTls(ca, identity));
    }
}
