import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The processor's loop as Kafka Streams offers it, exactly once: for each command it reads and writes the state of the
 * command's payment, which has a changelog, and writes one event. It understands nothing of what it carries, so it does
 * less than a processor of payments has to. Runs until it is told to stop.
 */
public final class Peer {
  private static final String STATES = "states";
  /** About what a payment's state and an event of it take in Avro. */
  private static final int STATE_BYTES = 300;
  private static final int EVENT_BYTES = 300;

  public static void main(String[] args) throws InterruptedException {
    if (args.length != 6) {
      System.err.println("Peer <brokers> <application id> <commands topic> <events topic> <memory|rocksdb> <folder>");
      System.exit(2);
    }
    Properties config = new Properties();
    config.putAll(Map.of(
        StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0],
        StreamsConfig.APPLICATION_ID_CONFIG, args[1],
        StreamsConfig.STATE_DIR_CONFIG, args[5],
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2,
        StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100,
        // One thread that works, as one process of the processor has.
        StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1,
        StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest",
        // As large as the client's fetches make them: its default of 1,000 and 100 ms slows it down.
        StreamsConfig.consumerPrefix("max.poll.records"), 2000,
        StreamsConfig.producerPrefix("linger.ms"), 5));

    KafkaStreams streams = new KafkaStreams(topology(args[2], args[3], args[4].equals("rocksdb")), config);
    CountDownLatch stop = new CountDownLatch(1);
    streams.setUncaughtExceptionHandler(error -> {
      error.printStackTrace();
      Runtime.getRuntime().halt(1);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    });
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      streams.close();
      stop.countDown();
    }));
    streams.start();
    stop.await();
  }

  private static Topology topology(String commands, String events, boolean onDisk) {
    KeyValueBytesStoreSupplier store =
        onDisk ? Stores.persistentKeyValueStore(STATES) : Stores.inMemoryKeyValueStore(STATES);
    var bytes = Serdes.ByteArray();
    return new Topology()
        .addSource("commands", bytes.deserializer(), bytes.deserializer(), commands)
        .addProcessor("fold", Fold::new, "commands")
        .addStateStore(Stores.keyValueStoreBuilder(store, bytes, bytes).withLoggingEnabled(Map.of()), "fold")
        .addSink("events", events, bytes.serializer(), bytes.serializer(), "fold");
  }

  /** Counts the commands of a payment, so that a state that was not read would show. */
  private static final class Fold extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    private KeyValueStore<byte[], byte[]> states;

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
      super.init(context);
      states = context.getStateStore(STATES);
    }

    @Override
    public void process(Record<byte[], byte[]> command) {
      byte[] before = states.get(command.key());
      int seen = before == null ? 0 : ByteBuffer.wrap(before).getInt();
      states.put(command.key(), ByteBuffer.allocate(STATE_BYTES).putInt(seen + 1).array());
      byte[] event = ByteBuffer.allocate(EVENT_BYTES).putInt(seen + 1).array();
      context().forward(command.withValue(event));
    }
  }
}
