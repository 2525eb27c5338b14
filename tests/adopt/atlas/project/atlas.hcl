env "local" {
  migration {
    dir = "file://migrations"
  }
  url = getenv("DATABASE_URL")
}
