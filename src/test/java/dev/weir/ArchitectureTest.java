package dev.weir;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.weir.event.Event;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The house plan: who may import whom, and what pure code may not call. */
class ArchitectureTest {
  private static final JavaClasses PRODUCT = classesBeside(Event.class);
  private static final JavaClasses TESTS = classesBeside(ArchitectureTest.class);

  private static final String COMMONS_MATH = "org.apache.commons.math3..";
  private static final String JACKSON = "com.fasterxml.jackson..";

  /** Code whose output depends on its arguments alone. */
  private static final String[] PURE = {
    "dev.weir.stats..",
    "dev.weir.event..",
    "dev.weir.baseline..",
    "dev.weir.monitor..",
    "dev.weir.decide.."
  };

  /** Functions that {@link Math} may answer differently on another machine; StrictMath may not. */
  private static final Set<String> INEXACT_MATH =
      Set.of(
          "acos", "asin", "atan", "atan2", "cbrt", "cos", "cosh", "exp", "expm1", "hypot", "log",
          "log10", "log1p", "pow", "sin", "sinh", "tan", "tanh");

  /** One row of the import table: a package, and the packages it may use besides the JDK. */
  private record Row(String name, String... mayImport) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> importTable() {
    return Stream.of(
        new Row("dev.weir.stats.summary"),
        new Row("dev.weir.stats.divergence", "dev.weir.stats.summary..", COMMONS_MATH),
        new Row("dev.weir.stats.inference", "dev.weir.stats.summary..", COMMONS_MATH),
        new Row("dev.weir.stats.sequential", COMMONS_MATH),
        new Row("dev.weir.event"),
        new Row("dev.weir.baseline", "dev.weir.stats..", "dev.weir.event.."),
        new Row("dev.weir.monitor", "dev.weir.stats..", "dev.weir.event..", "dev.weir.baseline.."),
        new Row(
            "dev.weir.decide",
            "dev.weir.monitor..",
            "dev.weir.event..",
            "dev.weir.stats.inference.."),
        new Row(
            "dev.weir.spec",
            "dev.weir.stats..",
            "dev.weir.event..",
            "dev.weir.baseline..",
            "dev.weir.monitor..",
            "dev.weir.decide..",
            "org.snakeyaml..",
            "dev.cel..",
            "com.google.common.collect..", // what CEL answers with
            JACKSON),
        new Row(
            "dev.weir.wire",
            "dev.weir.stats..",
            "dev.weir.event..",
            "dev.weir.baseline..",
            "dev.weir.monitor..",
            "dev.weir.decide..",
            "org.apache.avro..",
            JACKSON),
        new Row(
            "dev.weir.flink",
            "dev.weir.stats..",
            "dev.weir.event..",
            "dev.weir.baseline..",
            "dev.weir.monitor..",
            "dev.weir.decide..",
            "dev.weir.spec..",
            "dev.weir.wire..",
            "org.apache.flink..",
            "org.apache.kafka..",
            "org.slf4j.."),
        new Row(
            "dev.weir.dashboard",
            "dev.weir.event..",
            "dev.weir.monitor..",
            "dev.weir.decide..",
            "dev.weir.wire..",
            "com.sun.net.httpserver..",
            "org.slf4j..",
            JACKSON));
  }

  @ParameterizedTest
  @MethodSource("importTable")
  void package_importsOnlyWhatTheTableAllows(Row row) {
    classes()
        .that()
        .resideInAPackage(row.name + "..")
        .should()
        .onlyDependOnClassesThat(
            resideInAPackage(row.name + "..")
                .or(resideInAnyPackage("java..", "org.jspecify.annotations..", "")) // "": arrays
                .or(resideInAnyPackage(row.mayImport)))
        .because("the import table of the house plan says so")
        .allowEmptyShould(true)
        .check(PRODUCT);
  }

  @Test
  void everyPackage_hasARowOrIsTheCommandLine() {
    List<String> rows = importTable().map(Row::name).toList();
    Set<String> homeless = new TreeSet<>();
    for (JavaClass type : PRODUCT) {
      String name = type.getPackageName();
      if (!isIn(name, "dev.weir.cli") && rows.stream().noneMatch(row -> isIn(name, row))) {
        homeless.add(name);
      }
    }
    assertThat(homeless).as("packages outside the import table").isEmpty();
  }

  @Test
  void packages_formNoCycle() {
    slices()
        .matching("dev.weir.(**)")
        .should()
        .beFreeOfCycles()
        // Where a cluster starts; nothing depends on it.
        .ignoreDependency(name("dev.weir.flink.MonitoringJobMain"), alwaysTrue())
        .check(PRODUCT);
  }

  @Test
  void pureCode_asksNoClockAndNoChance() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .accessTargetWhere(accesses("a clock or chance", ArchitectureTest::isClockOrChance))
        .because("time and chance are arguments; the same input gives the same bytes")
        .check(PRODUCT);
  }

  @Test
  void pureCode_usesStrictMath() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .accessTargetWhere(
            accesses(
                "a function of Math that may differ between machines",
                access ->
                    access.getTargetOwner().isEquivalentTo(Math.class)
                        && INEXACT_MATH.contains(access.getName())))
        .because("outputs are equal on every machine only with StrictMath")
        .check(PRODUCT);
  }

  @Test
  void pureCode_writesNoLog() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.slf4j..", "org.apache.logging..", "java.util.logging..")
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(PRODUCT);
  }

  @Test
  void kafka_isKnownOnlyToItsAdapterAndTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.weir.flink.kafka..", "dev.weir.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "kafka..", "org.apache.flink.connector.kafka..")
        .because("it must have one place to be replaced in")
        .check(PRODUCT);
  }

  @Test
  void operators_areCalledFunctionOrOperator() {
    classes()
        .that()
        .resideInAPackage("dev.weir.flink.operator..")
        .and()
        .areTopLevelClasses()
        .and()
        .doNotHaveSimpleName("package-info")
        .should()
        .haveSimpleNameEndingWith("Function")
        .orShould()
        .haveSimpleNameEndingWith("Operator")
        .allowEmptyShould(true)
        .check(PRODUCT);
  }

  @Test
  void names_sayWhatAThingIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)")
        .orShould()
        .haveNameMatching(".*[.$](Abstract|Base)([A-Z].*)?")
        .check(PRODUCT);
  }

  @Test
  void everyPackage_saysWhatItIsAndIsNullMarked() {
    Set<String> silent = new TreeSet<>();
    for (JavaClass type : PRODUCT) {
      JavaPackage home = type.getPackage();
      if (!home.tryGetPackageInfo()
          .map(info -> info.isAnnotatedWith(NullMarked.class))
          .orElse(false)) {
        silent.add(home.getName());
      }
    }
    assertThat(silent).as("packages without a null-marked package-info").isEmpty();
  }

  @Test
  void tests_neverSleep() {
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .because("a test waits for a condition, never for a time")
        .check(TESTS);
  }

  private static boolean isIn(String packageName, String row) {
    return packageName.equals(row) || packageName.startsWith(row + ".");
  }

  private static boolean isClockOrChance(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    String name = access.getName();
    boolean clock =
        (owner.isEquivalentTo(System.class)
                && (name.equals("currentTimeMillis") || name.equals("nanoTime")))
            || (owner.getPackageName().startsWith("java.time")
                && (name.equals("now") || name.startsWith("system") || name.startsWith("tick")));
    boolean chance =
        (owner.isEquivalentTo(Math.class) && name.equals("random"))
            || (owner.isEquivalentTo(UUID.class) && name.equals("randomUUID"))
            || owner.isEquivalentTo(ThreadLocalRandom.class)
            || owner.isEquivalentTo(SecureRandom.class)
            || (owner.isEquivalentTo(Random.class) && name.equals("<init>"))
            || (owner.isEquivalentTo(SplittableRandom.class)
                && access.getDescription().contains("SplittableRandom.<init>()"));
    return clock || chance;
  }

  private static DescribedPredicate<JavaAccess<?>> accesses(
      String what, Predicate<JavaAccess<?>> predicate) {
    return DescribedPredicate.describe(what, predicate);
  }

  /** All classes of the class path entry that holds the witness. */
  private static JavaClasses classesBeside(Class<?> witness) {
    return new ClassFileImporter()
        .importUrl(witness.getProtectionDomain().getCodeSource().getLocation());
  }
}
