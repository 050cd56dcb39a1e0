import CRocksDB

/// Options of a database, sized for state that is rewritten all the time in bounded memory: at most about 150 MiB, most of it in
/// up to three memtables. Owns the C objects.
final class RocksDBOptions {
    /// The options of the database.
    let database: OpaquePointer
    private let cache: OpaquePointer

    init(isReadOnly: Bool) {
        let options = rocksdb_options_create()!
        database = options
        rocksdb_options_set_create_if_missing(options, isReadOnly ? 0 : 1)
        rocksdb_options_set_paranoid_checks(options, 1)
        // A record torn by a crash is the last of its log and was never acknowledged; anything else is damage.
        rocksdb_options_set_wal_recovery_mode(options, Int32(rocksdb_tolerate_corrupted_tail_records_recovery))
        rocksdb_options_set_recycle_log_file_num(options, 0)
        rocksdb_options_increase_parallelism(options, 2)
        rocksdb_options_set_write_buffer_size(options, 32 << 20)
        rocksdb_options_set_max_write_buffer_number(options, 3)
        rocksdb_options_set_max_total_wal_size(options, 128 << 20)
        rocksdb_options_set_compression(options, Int32(rocksdb_lz4_compression))
        // One that reads beside a running engine must keep files that the engine deletes: all of them are opened at once.
        rocksdb_options_set_max_open_files(options, isReadOnly ? -1 : 256)
        rocksdb_options_set_info_log_level(options, 2)
        rocksdb_options_set_max_log_file_size(options, 1 << 20)
        rocksdb_options_set_keep_log_file_num(options, 2)
        rocksdb_options_set_stats_dump_period_sec(options, 0)
        rocksdb_options_set_stats_persist_period_sec(options, 0)

        let tables = rocksdb_block_based_options_create()!
        cache = rocksdb_cache_create_lru(16 << 20)
        rocksdb_block_based_options_set_block_cache(tables, cache)
        rocksdb_block_based_options_set_block_size(tables, 16 << 10)
        // The table's options own the filter from here on.
        rocksdb_block_based_options_set_filter_policy(tables, rocksdb_filterpolicy_create_bloom(10))
        rocksdb_options_set_block_based_table_factory(options, tables)
        rocksdb_block_based_options_destroy(tables)
    }

    deinit {
        rocksdb_options_destroy(database)
        rocksdb_cache_destroy(cache)
    }
}
