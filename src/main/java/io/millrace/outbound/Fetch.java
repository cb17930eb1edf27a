package io.millrace.outbound;

import io.millrace.outbound.Outbound.Parts;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.streams.Pipe;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One fetch, from the name of a host to the last byte in a file. Confined to one event loop. */
final class Fetch {
  private static final int NOT_MODIFIED = 304;
  private static final String ACCEPT =
      "text/html, text/markdown, text/plain;q=0.9, application/xhtml+xml;q=0.9, */*;q=0.1";

  private final Parts parts;
  private final WebAddress asked;
  private final Optional<String> validator;
  private final Path to;
  private @Nullable HttpClientRequest request;
  private Future<Void> written = Future.succeededFuture();
  private boolean overdue;

  Fetch(Parts parts, WebAddress asked, Optional<String> validator, Path to) {
    this.parts = parts;
    this.asked = asked;
    this.validator = validator;
    this.to = to;
  }

  /** An answer, and its body, which waits and misses nothing until it is wanted. */
  private record Answer(HttpClientResponse response, Pipe<Buffer> body) {}

  Future<Optional<Fetched>> run() {
    long limitMs = parts.settings().timeout().toMillis();
    return follow(asked, 0)
        .timeout(limitMs, TimeUnit.MILLISECONDS)
        .recover(failure -> {
          overdue = true;
          hangUp();
          var refusal = new ProblemException(problem(failure));
          return discard().transform(_ -> Future.failedFuture(refusal));
        });
  }

  private Problem problem(Throwable failure) {
    return failure instanceof TimeoutException
        ? new Problem.TimedOut(
            "%s did not answer whole within %d ms."
                .formatted(asked.host(), parts.settings().timeout().toMillis()),
            parts.settings().timeout())
        : Answers.unreachable(asked.host(), failure);
  }

  private Future<Optional<Fetched>> follow(WebAddress at, int redirects) {
    return addresses(at)
        .compose(addresses -> ask(at, addresses, 0))
        .compose(answer -> {
          HttpClientResponse response = answer.response();
          Optional<String> elsewhere = Answers.redirection(response);
          if (elsewhere.isPresent()) {
            hangUp();
            return redirected(at, elsewhere.get(), redirects + 1);
          }
          if (validator.isPresent() && response.statusCode() == NOT_MODIFIED) {
            hangUp();
            return Future.succeededFuture(Optional.empty());
          }
          Answers.refusal(response, parts.settings().bytesMax().bytes(), parts.clock())
              .ifPresent(problem -> {
                throw new ProblemException(problem);
              });
          return save(answer.body()).map(_ -> Optional.of(fetched(at, response)));
        });
  }

  private Future<Optional<Fetched>> redirected(WebAddress from, String location, int redirects) {
    if (redirects > parts.settings().redirectsMax()) {
      throw refused(
          "The page sends readers on more than %d times."
              .formatted(parts.settings().redirectsMax()));
    }
    return follow(from.redirectedTo(location), redirects);
  }

  /** The addresses of a host, if every one of them may be asked. */
  private Future<List<InetAddress>> addresses(WebAddress at) {
    Future<List<InetAddress>> found =
        at.literal()
            .map(address -> Future.succeededFuture(List.of(address)))
            .orElseGet(() -> parts.resolver().resolve(at.host()));
    return found.map(addresses -> {
      if (!addresses.stream().allMatch(address -> parts.guard().allows(at.host(), address))) {
        throw refused(
            at.host() + " is not a public address; the operator can allow it with outbound.allow.");
      }
      return addresses;
    });
  }

  /** Asks the first of the checked addresses that can be connected to; looks up nothing again. */
  private Future<Answer> ask(WebAddress at, List<InetAddress> addresses, int index) {
    if (overdue) {
      return Future.failedFuture(new TimeoutException());
    }
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setServer(
                SocketAddress.inetSocketAddress(at.port(), addresses.get(index).getHostAddress()))
            .setHost(at.urlHost())
            .setPort(at.port())
            .setSsl(at.tls())
            .setURI(at.target())
            .setFollowRedirects(false)
            .putHeader(HttpHeaders.USER_AGENT, parts.userAgent())
            .putHeader(HttpHeaders.ACCEPT, ACCEPT)
            .putHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
    validator.ifPresent(known -> Validators.ask(options, known));
    return parts
        .client()
        .request(options)
        .transform(connected -> {
          if (connected.succeeded()) {
            return send(connected.result());
          }
          return index + 1 < addresses.size()
              ? ask(at, addresses, index + 1)
              : Future.failedFuture(connected.cause());
        });
  }

  private Future<Answer> send(HttpClientRequest opened) {
    request = opened;
    if (overdue) {
      hangUp();
      return Future.failedFuture(new TimeoutException());
    }
    // A broken connection fails its answer too, and that is where it is told.
    opened.connection().exceptionHandler(_ -> {});
    return opened.send().map(response -> new Answer(response, response.pipe()));
  }

  private Future<Void> save(Pipe<Buffer> body) {
    long bytesMax = parts.settings().bytesMax().bytes();
    written =
        parts
            .vertx()
            .fileSystem()
            .open(to.toString(), new OpenOptions().setCreateNew(true).setWrite(true))
            .recover(Answers::noRoom)
            .compose(file -> body.to(new BoundedFile(file, bytesMax)));
    return written;
  }

  private Fetched fetched(WebAddress at, HttpClientResponse response) {
    return new Fetched(
        asked.text(),
        FileName.of(response.getHeader("Content-Disposition"), at),
        Optional.ofNullable(response.getHeader(HttpHeaders.CONTENT_TYPE)),
        Validators.of(response));
  }

  private void hangUp() {
    if (request != null) {
      request.reset();
    }
  }

  /** Deletes what was written, once nothing is written any more. */
  private Future<Void> discard() {
    return written
        .otherwiseEmpty()
        .compose(_ -> parts.vertx().fileSystem().delete(to.toString()))
        .otherwiseEmpty();
  }

  private static ProblemException refused(String detail) {
    return new ProblemException(new Problem.Invalid("/url", detail));
  }
}
