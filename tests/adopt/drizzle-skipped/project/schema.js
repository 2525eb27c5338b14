// The tables are described on the branches; see drizzle/.
module.exports = {};
