package io.millrace.http;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers; the boundary at which every failure becomes a problem. */
final class Answers {
  private static final Logger LOGGER = LoggerFactory.getLogger(Answers.class);

  private Answers() {}

  /** Writes {@code reply}. */
  static void write(RoutingContext context, Reply reply) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    switch (reply) {
      case Reply.Body body -> {
        response.setStatusCode(body.status());
        body.headers().forEach(response::putHeader);
        send(context, "application/json", body.body().toBuffer());
      }
      case Reply.Bytes bytes -> {
        bytes.headers().forEach(response::putHeader);
        send(context, bytes.mediaType(), bytes.bytes());
      }
      case Reply.Download download -> send(context, download);
      case Reply.Nothing _ -> response.setStatusCode(204).end().onFailure(Answers::gone);
      case Reply.Taken _ -> {}
    }
  }

  private static void send(RoutingContext context, String mediaType, Buffer bytes) {
    HttpServerResponse response = context.response();
    response.putHeader("Content-Type", mediaType);
    response.putHeader("Content-Length", Integer.toString(bytes.length()));
    if (context.request().method().equals(HttpMethod.HEAD)) {
      response.end().onFailure(Answers::gone);
    } else {
      response.end(bytes).onFailure(Answers::gone);
    }
  }

  private static void send(RoutingContext context, Reply.Download download) {
    HttpServerResponse response = context.response();
    response.putHeader("Content-Type", "application/octet-stream");
    response.putHeader("Content-Disposition", disposition(download.name()));
    String file = download.file().toString();
    if (context.request().method().equals(HttpMethod.HEAD)) {
      context
          .vertx()
          .fileSystem()
          .props(file)
          .onComplete(looked -> { // In one listener: two may be called in either order.
            if (looked.succeeded()) {
              response.putHeader("Content-Length", Long.toString(looked.result().size()));
            }
            response.end().onFailure(Answers::gone);
          });
    } else {
      response
          .sendFile(file)
          .onFailure(failure -> {
            LOGGER
                .atWarn()
                .setCause(failure)
                .addKeyValue("file", file)
                .log("sending a file failed");
            response.reset();
          });
    }
  }

  /** RFC 6266: a plain fallback, and the real name in UTF-8. */
  static String disposition(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    String plain = last.replaceAll("[^A-Za-z0-9._ -]", "_");
    var encoded = new StringBuilder();
    for (byte b : last.getBytes(StandardCharsets.UTF_8)) {
      boolean safe = b > 0 && (Character.isLetterOrDigit(b) || "._-".indexOf(b) >= 0);
      encoded.append(safe ? String.valueOf((char) b) : "%%%02X".formatted(b & 0xff));
    }
    return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
  }

  /** Tells {@code failure}; what was not expected is logged once, under its incident. */
  static void fail(RoutingContext context, Throwable failure) {
    write(context, refusalOf(failure, context));
  }

  /** Writes {@code refusal}. */
  static void write(RoutingContext context, Refusal refusal) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.headWritten()) {
      response.reset();
      return;
    }
    Unread.discard(context.request());
    refusal.headers().forEach(response::putHeader);
    if (ApiError.spokenAt(context.request().path())) {
      response.setStatusCode(ApiError.status(refusal));
      boolean atOperation = context.get(ApiRouter.ROUTE) != null;
      send(context, "application/json", ApiError.body(refusal, atOperation).toBuffer());
    } else {
      response.setStatusCode(refusal.status());
      send(context, Refusal.MEDIA_TYPE, refusal.toJson().toBuffer());
    }
  }

  private static Refusal refusalOf(Throwable failure, RoutingContext context) {
    return switch (failure) {
      case RefusedException expected -> expected.refusal();
      case ProblemException expected -> Refusal.of(expected.problem());
      case TimeoutException _ ->
          Refusal.of(new Problem.TimedOut("There was no answer in time.", Duration.ZERO));
      case HttpException http when http.getStatusCode() == 400 ->
          Refusal.malformed("The address cannot be read.");
      default -> defect(failure, context);
    };
  }

  private static Refusal defect(Throwable failure, RoutingContext context) {
    String incident = UUID.randomUUID().toString();
    LOGGER
        .atError()
        .setCause(failure)
        .addKeyValue("incident", incident)
        .addKeyValue("method", context.request().method())
        .addKeyValue("path", context.request().path())
        .log("A request failed");
    return Refusal.of(new Problem.Internal("Millrace failed to answer.", incident));
  }

  /** Nobody is there any more to be told. */
  private static void gone(Throwable failure) {
    LOGGER.atDebug().setCause(failure).log("the client left before its answer");
  }
}
