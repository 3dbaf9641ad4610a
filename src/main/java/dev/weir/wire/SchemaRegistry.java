package dev.weir.wire;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Schemas of a registry with Confluent's REST interface ({@code GET /schemas/ids/{id}} and {@code
 * /schemas/guids/{guid}}).
 *
 * <p>Only 404 means that there is no such schema. Whatever else goes wrong is tried again, for
 * ever, waiting 0.1 s, then twice as long each time up to 10 s: a registry that does not answer
 * holds the source back and puts nothing among the dead letters. A 404 is believed for 30 s. Not
 * thread safe.
 */
public final class SchemaRegistry implements SchemaSource {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final long BELIEF_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int ANSWERS = 1_000;
  private static final int FINGERPRINT_DIGITS = 16;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  private final String address;
  private final @Nullable String authorization;
  private final Pause pause;
  private final LongSupplier nanos;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final Map<String, Long> absent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > ANSWERS;
        }
      };

  /** How to wait. */
  interface Pause {
    void sleep(Duration time) throws InterruptedException;
  }

  /**
   * The registry at this address.
   *
   * @param address base address; for Apicurio its {@code /apis/ccompat/v7}
   * @param userAndPassword {@code user:password} for basic authentication, or null
   */
  public SchemaRegistry(URI address, @Nullable String userAndPassword) {
    this(address, userAndPassword, time -> Thread.sleep(time.toMillis()), System::nanoTime);
  }

  SchemaRegistry(URI address, @Nullable String userAndPassword, Pause pause, LongSupplier nanos) {
    String text = address.toString();
    this.address = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    this.authorization =
        userAndPassword == null
            ? null
            : "Basic "
                + Base64.getEncoder()
                    .encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    this.pause = pause;
    this.nanos = nanos;
  }

  @Override
  public @Nullable String find(String id) throws InterruptedException {
    if (id.length() == FINGERPRINT_DIGITS) {
      return null;
    }
    Long since = absent.get(id);
    if (since != null && nanos.getAsLong() - since < BELIEF_NANOS) {
      return null;
    }
    String path = id.indexOf('-') < 0 ? "/schemas/ids/" : "/schemas/guids/";
    HttpRequest request = request(URI.create(address + path + id));
    Duration wait = FIRST_PAUSE;
    Answer answer = ask(request);
    while (!answer.definite()) {
      pause.sleep(wait);
      wait = longer(wait);
      answer = ask(request);
    }
    if (answer.schema() == null) {
      absent.put(id, nanos.getAsLong());
    }
    return answer.schema();
  }

  /** What the registry said; not definite if it said nothing of use. */
  private record Answer(boolean definite, @Nullable String schema) {
    static final Answer NONE = new Answer(false, null);
    static final Answer ABSENT = new Answer(true, null);
  }

  private Answer ask(HttpRequest request) throws InterruptedException {
    try {
      // The time-out of a request ends with its headers; this one holds for the body too.
      HttpResponse<byte[]> response =
          client
              .sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
              .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return switch (response.statusCode()) {
        case NOT_FOUND -> Answer.ABSENT;
        case OK -> new Answer(true, JsonFields.of(response.body()).text("schema"));
        default -> Answer.NONE;
      };
    } catch (IOException | ExecutionException | TimeoutException e) {
      return Answer.NONE;
    }
  }

  private static Duration longer(Duration wait) {
    Duration twice = wait.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  private HttpRequest request(URI address) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(address)
            .timeout(TIMEOUT)
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    if (authorization != null) {
      builder.header("Authorization", authorization);
    }
    return builder.build();
  }
}
